import { BlockList, isIP } from 'node:net';
import { Parsed, type Reading } from '@headrace/base';
import type { TUnsafe } from 'typebox';
import type { Address } from '../configuration-port.ts';

const EXPECTED = 'host:port, such as 127.0.0.1:8080 or "[::1]:8080" in quotes';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * An address to listen on. This version does not ask callers who they are, so only addresses that
 * nobody outside the machine can reach are taken.
 */
export function addressSetting(text: string, description: string): TUnsafe<Address> {
  return Parsed<Address>({
    expected: EXPECTED,
    default: text,
    description,
    parse: parseLoopbackAddress,
    print: printAddress,
  });
}

/** Addresses of servers, at least one. */
export function addressListSetting(description: string): TUnsafe<readonly Address[]> {
  return Parsed<readonly Address[]>({
    expected: 'a list of host:port, such as [10.0.0.1:26379, 10.0.0.2:26379]',
    description,
    parse: parseAddresses,
    print: (addresses) => addresses.map(printAddress),
  });
}

function parseAddresses(written: unknown): Reading<readonly Address[]> {
  if (!Array.isArray(written) || written.length === 0) return undefined;
  const addresses: Address[] = [];
  for (const text of written as unknown[]) {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    if (address === undefined || address.port === 0) {
      return { problem: `expected host:port, found ${JSON.stringify(text)}` };
    }
    addresses.push(address);
  }
  return { value: addresses };
}

function parseLoopbackAddress(written: unknown): Reading<Address> {
  const address = typeof written === 'string' ? parseAddress(written) : undefined;
  if (!address) return undefined;
  if (isLoopback(address.host)) return { value: address };
  return {
    problem:
      `${address.host} can be reached from other machines, and this version does not authenticate ` +
      `callers; listen on 127.0.0.1:${address.port} and put an authenticating proxy before it`,
  };
}

/** `host:port` or `[v6]:port`; port 0 lets the system choose. Undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const [, v6, host = v6, digits] = /^(?:\[([^\]]*)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return v6 !== undefined && isIP(v6) !== 6 ? undefined : { host, port };
}

/** The way back: an IPv6 address gets its brackets again. */
export function printAddress({ host, port }: Address): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
