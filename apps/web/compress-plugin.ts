import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** Smaller files fit into one packet as they are. Bytes. */
const smallest = 1024

/** Writes `x.js.br` and `x.js.gz` beside each `x.js`, so that the server compresses nothing while it answers. */
export function compress(): Plugin {
  return {
    name: 'backlot-compress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return
      const assets = join(dir, 'assets')
      const files = (await readdir(assets)).filter((file) => /\.(js|css)$/.test(file))
      await Promise.all(files.map((file) => compressFile(join(assets, file))))
    },
  }
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path)
  if (content.length < smallest) return
  const brotli = await promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  const zipped = await promisify(gzip)(content, { level: 9 })
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, zipped)])
}
