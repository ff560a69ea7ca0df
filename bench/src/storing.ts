import { readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BenchmarkOptions, type BenchmarkResult, fasterThan, median } from './benchmark.ts'
import { makeFiles } from './noise-files.ts'
import { memoryFolder, run, temporaryFolder } from './programs.ts'

const rounds = 3

/** The least that a program in Python can do: nobody stores faster in it. */
const zipfile = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_STORED) as archive:
    for name in sorted(os.listdir(sys.argv[1])):
        archive.write(os.path.join(sys.argv[1], name), name)
`
/** Checks every entry's checksum. */
const check = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    entries = archive.infolist()
assert bad is None, bad
assert all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
print(len(entries), sum(entry.file_size for entry in entries))
`

/** MB/s of pictures and videos, which are compressed already, going into an archive; against Python's zipfile. */
export async function measureStoring({ quick, note, signal }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const pictures = { files: quick ? 50 : 500, bytes: 400_000 }
  const videos = { files: 2, bytes: quick ? 20_000_000 : 200_000_000 }
  const total = pictures.files * pictures.bytes + videos.files * videos.bytes
  // Backlot's archive is on the disk before it gets its name, zipfile's is not: on a disk this would measure the disk.
  const memory = await memoryFolder(4 * total)
  await using scratch = await temporaryFolder('backlot-storing-', memory)
  const media = join(scratch.path, 'media')
  await makeFiles(media, pictures)
  await makeMore(media, join(scratch.path, 'videos'), videos)

  const own: number[] = []
  const python: number[] = []
  const ownZip = join(scratch.path, 'own.zip')
  const pythonZip = join(scratch.path, 'python.zip')
  for (let round = 0; round <= rounds; round++) {
    const client = join(import.meta.dirname, 'store-client.ts')
    own.push((await run(process.execPath, [client, media, ownZip], { signal })).seconds)
    python.push((await run('python3', ['-c', zipfile, media, pythonZip], { signal })).seconds)
  }
  for (const archive of [ownZip, pythonZip]) {
    const { stdout } = await run('python3', ['-c', check, archive], { signal })
    const expected = `${pictures.files + videos.files} ${total}`
    if (stdout.trim() !== expected)
      throw new Error(`${archive} holds ${stdout.trim()} (files, bytes), not ${expected}.`)
  }
  const rate = (seconds: readonly number[]) => total / 1e6 / median(seconds.slice(1))
  const { stdout: version } = await run('python3', ['--version'], { signal })
  note(`stored ${total / 1e6} MB: ${rate(own).toFixed(0)} MB/s, zipfile ${rate(python).toFixed(0)} MB/s`)
  const where = memory === undefined ? 'on disk' : 'in memory'
  const metric = `${pictures.files + videos.files} pictures and videos of ${total / 1e6} MB stored in a ZIP, ${where}`
  return [
    fasterThan(
      { name: 'pack', metric, value: rate(own), unit: 'MB/s' },
      { name: `zipfile of ${version.trim()}`, value: rate(python) },
      0.8,
    ),
  ]
}

/** Videos beside the pictures, all with names that tell what they are. */
async function makeMore(media: string, folder: string, videos: { files: number; bytes: number }): Promise<void> {
  await makeFiles(folder, videos)
  for (const name of await readdir(folder)) await rename(join(folder, name), join(media, name))
  for (const name of await readdir(media)) {
    const { size } = await stat(join(media, name))
    await rename(join(media, name), join(media, name.replace('.bin', size === videos.bytes ? '.mp4' : '.jpg')))
  }
}
