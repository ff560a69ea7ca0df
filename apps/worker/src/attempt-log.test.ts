import type { Client } from '@backlot/contract/client'
import { describe, expect, it } from 'vitest'
import { AttemptLog, levelOf } from './attempt-log.ts'

const held = { attemptId: crypto.randomUUID(), fence: 1 }

function recorder(answer: () => Promise<void> = () => Promise.resolve()) {
  const requests: string[][] = []
  const attemptLogs: Client['attemptLogs'] = async ({ body }) => {
    requests.push(body.lines.map(({ text }) => text))
    await answer()
  }
  return { client: { attemptLogs } as Client, requests }
}

describe('the log of an attempt', () => {
  it('sends many lines together, at most 500 in one request', async () => {
    const { client, requests } = recorder()
    const log = new AttemptLog(client, held)
    for (let line = 0; line < 1100; line++) log.write(`line ${line}`)
    expect(requests).toEqual([])
    await log.flush(1000)
    expect(requests.map(({ length }) => length)).toEqual([500, 500, 100])
    expect(requests.flat().at(-1)).toBe('line 1099')
  })

  it('keeps lines while the server is away, and counts what it can not keep', async () => {
    let away = true
    const { client, requests } = recorder(() => (away ? Promise.reject(new Error('away')) : Promise.resolve()))
    const log = new AttemptLog(client, held)
    for (let line = 0; line < 5007; line++) log.write('x')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(requests).toHaveLength(1)
    away = false
    requests.length = 0
    await log.flush(1000)
    expect(requests.flat()).toHaveLength(5001)
    expect(requests.flat().at(-1)).toContain('7 lines were left out')
  })

  it('keeps the beginning and later errors of what Blender prints, and all that the worker says', async () => {
    const { client, requests } = recorder()
    const log = new AttemptLog(client, held)
    for (let line = 0; line < 3000; line++) log.print('noise', 'info')
    log.print('ValueError: here it is', 'error')
    log.write('render.script_error', 'error')
    await log.flush(1000)
    const sent = requests.flat()
    expect(sent).toHaveLength(1503)
    expect(sent.slice(-3)).toEqual([
      'ValueError: here it is',
      'render.script_error',
      '1500 more lines that Blender printed were left out.',
    ])
  })

  it('does not hold up the end when the server is silent', async () => {
    const { client } = recorder(() => new Promise(() => undefined))
    const log = new AttemptLog(client, held)
    log.write('x')
    const began = Date.now()
    await log.flush(50)
    expect(Date.now() - began).toBeLessThan(1000)
  })
})

describe('the level of a line', () => {
  it.each([
    ['Traceback (most recent call last):', 'error'],
    ['ValueError: no such bone', 'error'],
    ['Error: Cannot read file', 'error'],
    ['WARN (bke.modifier): slow', 'warning'],
    ['Read blend: "/tmp/a.blend"', 'info'],
    ["00:04.495  render           | Saved: '/tmp/0001.png'", undefined],
    [' Time: 00:00.05 (Saving: 00:00.00)', undefined],
    ['Fra:1 Mem:12.00M (Peak 13.00M) | Rendering 1 / 4', undefined],
    ['   ', undefined],
  ])('%j is %s', (text, level) => {
    expect(levelOf(text)).toBe(level)
  })
})
