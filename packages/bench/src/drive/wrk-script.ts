import type { Load } from './load.ts';

/** Begins the line that holds the figures. */
export const FIGURES_MARK = 'figures: ';

/**
 * The Lua script for wrk. Everything that can be made before the load is made before it: on a small
 * machine what wrk spends is missing to what is measured.
 */
export function wrkScript(load: Pick<Load, 'url' | 'path' | 'bodiesFile' | 'keyPrefix'>): string {
  const head = `POST ${load.path} HTTP/1.1\r\nHost: ${new URL(load.url).host}\r\nContent-Type: application/json\r\n`;
  return `local head = ${luaText(head)}
local key_prefix = ${load.keyPrefix === undefined ? 'nil' : luaText(load.keyPrefix)}
local requests, count, at, sent = {}, 0, 0, 0

function init()
  for body in io.lines(${luaText(load.bodiesFile)}) do
    local tail = "Content-Length: " .. #body .. "\\r\\n\\r\\n" .. body
    count = count + 1
    requests[count] = key_prefix and tail or head .. tail
  end
end

function request()
  at = at % count + 1
  if not key_prefix then return requests[at] end
  sent = sent + 1
  return head .. "Idempotency-Key: " .. key_prefix .. sent .. "\\r\\n" .. requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '${FIGURES_MARK}{"durationUs":%d,"requests":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"p50Us":%d,"p90Us":%d,"p99Us":%d,"maxUs":%d}\\n',
    summary.duration, summary.requests, errors.status, errors.connect, errors.read, errors.write,
    errors.timeout, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
`;
}

function luaText(text: string): string {
  const escaped = text.replace(/[^ !#-[\]-~]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join(''),
  );
  return `"${escaped}"`;
}
