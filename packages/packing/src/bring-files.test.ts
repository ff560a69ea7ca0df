import { BlendFileError } from '@backlot/blendfile/errors'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import { expect, it } from 'vitest'
import { bringFiles, withoutFiles } from './bring-files.ts'

const traced: TraceResult = {
  file: '/p/a.blend',
  seconds: 0,
  usages: [],
  files: [
    { path: '/p/Dropbox/away.png', size: 5000, cloud: 'Dropbox' },
    { path: '/p/Dropbox/gone.png', size: 5000, cloud: 'Dropbox' },
    { path: '/p/here.png', size: 10 },
  ],
  missing: [],
  errors: [],
  warnings: [],
}
const hydrate = async (path: string, onBytes: (bytes: number) => void) => {
  if (path.includes('gone')) throw new BlendFileError('blend.not_downloaded', `${path} stays away.`)
  onBytes(1)
  onBytes(5000)
}

it('fetches what is in a cloud, tells how far it is, and names what stayed away', async () => {
  const seen: string[] = []
  const problems = await bringFiles(traced, {
    hydrate,
    onProgress: ({ files, totalFiles, bytes, totalBytes }) =>
      seen.push(`${files}/${totalFiles} ${bytes}/${totalBytes}`),
  })
  expect(problems).toEqual([
    { code: 'blend.not_downloaded', path: '/p/Dropbox/gone.png', message: '/p/Dropbox/gone.png stays away.' },
  ])
  expect([seen[0], seen.at(-1)]).toEqual(['0/2 0/10000', '2/2 5000/10000'])
  const rest = withoutFiles(traced, problems)
  expect(rest.files.map(({ path }) => path)).toEqual(['/p/Dropbox/away.png', '/p/here.png'])
  expect(rest.errors).toEqual(problems)
})

it('ends when it is cancelled', async () => {
  await expect(bringFiles(traced, { hydrate, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  )
})
