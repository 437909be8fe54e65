/** A number as people read it in English, whatever the machine's locale: `128,000`, `0.35`, at most six significant decimals. */
export function numberText(value: number): string {
  const [whole = '', decimals] = plain(value).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** An amount of money with its currency: `1,250 USD`, `0.05 USD`. */
export function moneyText(amount: number, currency: string): string {
  return `${numberText(amount)} ${currency}`;
}

/** Without exponent and without the noise of binary fractions. */
function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return value.toFixed(0);
  const decimals = size === 0 ? 2 : Math.min(20, Math.max(2, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(decimals).replace(/\.?0+$/, '');
}
