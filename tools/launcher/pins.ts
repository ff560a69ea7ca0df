import { readFile } from 'node:fs/promises'

/** One line of pins.txt: a package that the launcher may fetch. */
export interface Pin {
  part: string
  platform: string
  package: string
  version: string
  /** What npm's lock file calls so: `sha512-` and base64; `-` where only the registry's own is known. */
  integrity: string
}

export async function readPins(): Promise<Pin[]> {
  const text = await readFile(new URL('pins.txt', import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map((line) => {
      const [part = '', platform = '', name = '', version = '', integrity = ''] = line.trim().split(/\s+/)
      return { part, platform, package: name, version, integrity }
    })
}

export async function findPin(part: string, platform: string): Promise<Pin | undefined> {
  return (await readPins()).find((pin) => pin.part === part && [platform, 'any'].includes(pin.platform))
}
