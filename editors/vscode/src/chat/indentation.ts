/** Code as it has to read behind what stands in the cursor's line before it. */

export function indented(code: string, before: string): string {
  if (before === '' || before.trim() !== '') {
    return code;
  }
  if (code.startsWith(before)) {
    return code.slice(before.length);
  }
  return code.replace(/\n(?=[^\r\n])/g, () => `\n${before}`);
}
