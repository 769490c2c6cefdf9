/** Which addresses of a reply a person may follow. */

const HTTPS = /^https:\/\/[^/\\]/i;

/** The address in its usual form. Nothing for any other scheme, for names and passwords in it, and for what is not whole. */
export function safeLink(address: string): string | undefined {
  if (!HTTPS.test(address)) {
    return undefined;
  }
  try {
    const url = new URL(address);
    return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
