import { expect, test } from 'vitest'
import { Promptness } from './promptness.ts'

function disk() {
  const promptness = new Promptness()
  return (directly: () => string = () => 'directly') => promptness.ask(directly, async () => 'through threads')
}

const slowly = () => {
  const end = performance.now() + 2
  while (performance.now() < end);
  return 'slowly'
}

test('the first question goes through the threads: a disk that never answers would stop everything', async () => {
  const ask = disk()
  expect(await ask()).toBe('through threads')
  expect(ask()).toBe('directly')
  expect(ask()).toBe('directly')
})

test('after a slow answer the next ones do too, then it is tried again', async () => {
  const ask = disk()
  await ask()
  expect(ask(slowly)).toBe('slowly')
  let left = 0
  while ((await ask()) === 'through threads') left++
  expect(left).toBe(64)
})

test('a failure is an answer, and the asker’s', async () => {
  const ask = disk()
  await ask()
  const fail = () => {
    slowly()
    throw new Error('gone')
  }
  expect(() => ask(fail)).toThrow('gone')
  expect(await ask()).toBe('through threads')
})
