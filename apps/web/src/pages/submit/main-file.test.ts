import { expect, it } from 'vitest'
import { mainFiles } from './main-file.ts'

const dropped = (path: string, lastModified = 0) => ({ path, file: new File(['x'], 'x', { lastModified }) })
const paths = (files: ReturnType<typeof dropped>[], wanted?: string) => mainFiles(files, wanted).map(({ path }) => path)

it('prefers the top of the folder, and there what was saved last', () => {
  const files = [
    dropped('film/lib/props.blend', 9),
    dropped('film/a.blend', 1),
    dropped('film/b.blend', 2),
    dropped('film/c.blend', 1),
    dropped('film/wood.png', 9),
  ]
  expect(paths(files)).toEqual(['film/b.blend', 'film/a.blend', 'film/c.blend', 'film/lib/props.blend'])
})

it('stays with the file that was looked at before', () => {
  const files = [dropped('film/old.blend'), dropped('film/shots/010.blend')]
  expect(paths(files, '010.blend')[0]).toBe('film/shots/010.blend')
})

it('takes backups only where there is nothing else', () => {
  const backup = dropped('film/a.blend1', 5)
  expect(paths([backup, dropped('film/a.BLEND')])).toEqual(['film/a.BLEND'])
  expect(paths([backup, dropped('film/wood.png')])).toEqual(['film/a.blend1'])
})

it('takes a single file whatever it is called, and says how large and how old it is', () => {
  expect(mainFiles([dropped('scene', 7)])).toEqual([{ path: 'scene', size: 1, modified: 7 }])
  expect(paths([dropped('film/wood.png'), dropped('film/bark.png')])).toEqual([])
})
