/** A long address by its ends, so that people can compare it. */
export function shortAddress(address: string): string {
  return address.length > 19 ? `${address.slice(0, 12)}…${address.slice(-6)}` : address;
}
