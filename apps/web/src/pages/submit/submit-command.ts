/** The command that sends a scene, with the path as dropped. `scene`: another one than the file opens with. */
export function submitCommand(path: string, { scene }: { scene?: string | undefined } = {}): string {
  const named = scene === undefined ? '' : ` --scene ${quoted(scene)}`
  return `./backlot submit ${quoted(path.startsWith('-') ? `./${path}` : path)}${named}`
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
