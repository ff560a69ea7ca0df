import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { onLine } from './lines.ts'

async function linesOf(chunks: readonly (string | Buffer)[], limit = 100): Promise<string[]> {
  const lines: string[] = []
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  onLine(stream, limit, (line) => lines.push(line))
  await finished(stream)
  return lines
}

describe('lines of a stream', () => {
  test('whatever the chunks, with and without a last end of line', async () => {
    expect(await linesOf(['one\ntw', 'o\n', '\nthree\r', '\nfour'])).toEqual(['one', 'two', '', 'three', 'four'])
  })

  test('characters across chunks', async () => {
    const text = Buffer.from('Zürich\n')
    expect(await linesOf([text.subarray(0, 2), text.subarray(2)])).toEqual(['Zürich'])
  })

  test('a long line is cut, at a whole character, and what follows is not', async () => {
    expect(await linesOf(['a'.repeat(60), 'b'.repeat(60), '\nnext\n'], 80)).toEqual([
      'a'.repeat(60) + 'b'.repeat(20),
      'next',
    ])
    expect(await linesOf(['üü\nx\n'], 3)).toEqual(['ü', 'x'])
  })
})
