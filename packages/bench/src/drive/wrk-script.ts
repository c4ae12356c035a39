import type { Load, Sends } from './load.ts';
import { luaPatchedId, patchText } from './patch-body.ts';

/** Begins the line that holds the figures. */
export const FIGURES_MARK = 'figures: ';

/**
 * The Lua script for wrk. Everything that can be made before the load is made before it: on a small
 * machine what wrk spends is missing to what is measured.
 */
export function wrkScript(load: Pick<Load, 'url' | 'path' | 'sends' | 'keyPrefix'>): string {
  const { sends } = load;
  const keyPrefix = load.keyPrefix === undefined ? 'nil' : luaText(load.keyPrefix);
  const requests = sends.kind === 'inserts' ? inserts(load, sends) : patches(load, sends);
  return `local key_prefix = ${keyPrefix}
local count, at, sent = 0, 0, 0
${requests}
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '${FIGURES_MARK}{"durationUs":%d,"requests":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"p50Us":%d,"p90Us":%d,"p99Us":%d,"maxUs":%d}\\n',
    summary.duration, summary.requests, errors.status, errors.connect, errors.read, errors.write,
    errors.timeout, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
`;
}

type Target = Pick<Load, 'url' | 'path'>;

function inserts({ url, path }: Target, sends: Extract<Sends, { kind: 'inserts' }>): string {
  const head = `POST ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\n`;
  return `local head = ${luaText(head)}
local requests = {}

function init()
  for body in io.lines(${luaText(sends.bodiesFile)}) do
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
`;
}

/** Each patch brings another number, so that none of them finds its document as it leaves it. */
function patches({ url, path }: Target, sends: Extract<Sends, { kind: 'patches' }>): string {
  const { before, after, bytes } = patchText;
  const rest = ` HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: ${sends.contentType}\r\nContent-Length: ${bytes}\r\n`;
  return `local before, after = ${luaText(`\r\n${before}`)}, ${luaText(after)}
local heads = {}

function init()
  count = ${sends.documents}
  for document = 1, count do
    heads[document] = ${luaText(`PATCH ${path}/`)} .. ${luaPatchedId('document')} .. ${luaText(rest)}
  end
end

function request()
  at = at % count + 1
  sent = sent + 1
  local number = ${patchText.firstNumber} + sent
  if not key_prefix then return heads[at] .. before .. number .. after end
  return heads[at] .. "Idempotency-Key: " .. key_prefix .. sent .. "\\r\\n" .. before .. number .. after
end
`;
}

function luaText(text: string): string {
  const escaped = text.replace(/[^ !#-[\]-~]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join(''),
  );
  return `"${escaped}"`;
}
