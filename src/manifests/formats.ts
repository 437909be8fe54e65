import { parseQuantity } from './quantity.ts';

/** The string formats that the API server checks, as far as our schemas use them. Each is linear in its text. */
export const stringFormats: Readonly<Record<string, (text: string) => boolean>> = {
  byte: isBase64,
  'date-time': isDateTime,
  ipv4: isIpv4,
  ipv6: isIpv6,
  quantity: (text) => parseQuantity(text) !== undefined,
  uri: isUri,
};

/** Standard base64 with padding, as Go's decoder takes it: line ends are skipped. */
function isBase64(text: string): boolean {
  const body = text.replaceAll(/[\r\n]/g, '');
  return body.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(body);
}

/** RFC 3339. */
function isDateTime(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (!match) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth && hour < 24 && minute < 60 && second < 60;
}

/** Four decimal octets without leading zeros. */
export function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
}

/** RFC 4291 text without a zone; the last 32 bits may be written as IPv4. */
export function isIpv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const endsInIpv4 = last.includes('.') && !text.endsWith('::');
  const hex = endsInIpv4 ? all.slice(0, -1) : all;
  if ((endsInIpv4 && !isIpv4(last)) || !hex.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const count = hex.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** An absolute URI or an absolute path, as Go's request-URI reader takes it. */
function isUri(text: string): boolean {
  return text.startsWith('/') ? !/[\s\p{Cc}]/u.test(text) : URL.canParse(text);
}
