/** Whatever is not plainly visible (control and format characters, line separators), as escapes: what comes from a stranger's file must not steer a terminal. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
