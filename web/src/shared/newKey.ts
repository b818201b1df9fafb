/** A key for one request, so that what is sent twice is done once. Also where the page is not served over TLS, and there is no randomUUID. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
