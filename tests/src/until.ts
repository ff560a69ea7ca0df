import { setTimeout as wait } from 'node:timers/promises'

/** Asks again and again until the answer is not undefined or false. Throws after `seconds`. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await wait(100)
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`)
}
