/** Writes all files of a folder into a ZIP archive, in a process of its own. Arguments: the folder, the archive. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeZip } from '@backlot/packing/zip/write-zip'

const [folder, archive] = process.argv.slice(2) as [string, string]
const names = (await readdir(folder)).toSorted()
const files = await Promise.all(
  names.map(async (path) => ({ path, file: join(folder, path), size: (await stat(join(folder, path))).size })),
)
await writeZip(files, archive)
