// Ranges of IP addresses (CIDR), as the API server reads them.
import { isIpv4, isIpv6 } from '../formats.ts';

export interface AddressRange {
  /** An address in it, as a number. */
  readonly address: bigint;
  /** How many bits its addresses have. */
  readonly width: 32 | 128;
  /** How many of them, from the first on, all addresses of the range share. */
  readonly shared: number;
}

/** Reads a range such as 10.0.0.0/8, or answers undefined for what is none. */
export function parseRange(text: string): AddressRange | undefined {
  const [, start = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const [width, groupBits] = isIpv4(start) ? ([32, 8n] as const) : ([128, 16n] as const);
  if ((width === 128 && !isIpv6(start)) || Number(bits) > width) return undefined;
  const groups = width === 32 ? start.split('.').map(Number) : groupsOf(start);
  const address = groups.reduce((sum, group) => (sum << groupBits) | BigInt(group), 0n);
  return { address, width, shared: Number(bits) };
}

/** True where `inner` is a part of `outer`, and not all of it. */
export function isPartOf(inner: AddressRange, outer: AddressRange): boolean {
  const free = BigInt(outer.width - outer.shared);
  return inner.width === outer.width && inner.shared > outer.shared && inner.address >> free === outer.address >> free;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(text: string): readonly number[] {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = [], tail = []] = hex
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''))
    .map((half) => half.map((group) => Number.parseInt(group, 16)));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
