import { randomBytes } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files of noise: nothing can be compressed, and no two are alike. */
export async function makeFiles(folder: string, { files, bytes }: { files: number; bytes: number }): Promise<void> {
  await mkdir(folder)
  for (let index = 0; index < files; index++) {
    const path = join(folder, `${String(index).padStart(5, '0')}-${bytes}.bin`)
    if (bytes <= 1_000_000) {
      await writeFile(path, randomBytes(bytes))
      continue
    }
    await using file = await open(path, 'w')
    for (let written = 0; written < bytes; written += 1_000_000) await file.write(randomBytes(1_000_000))
  }
}
