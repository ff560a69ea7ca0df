import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSubscription, isTopic, matches } from './topic-match.ts'

describe('matches', () => {
  it.each([
    ['job.1.changed', 'job.1.changed', true],
    ['job.*.changed', 'job.1.changed', true],
    ['job.*', 'job.1.changed', false],
    ['job.>', 'job.1.changed', true],
    ['job.>', 'job', false],
    ['>', 'job', true],
    ['job.1.changed', 'job.1', false],
    ['job.1', 'job.1.changed', false],
    ['*.1.*', 'worker.1.changed', true],
  ])('%s against %s: %s', (subscription, topic, expected) => expect(matches(subscription, topic)).toBe(expected))

  it('finds every topic by itself and by a star for any of its words', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,6}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.nat(), (words, at) => {
        const topic = words.join('.')
        expect(matches(topic, topic)).toBe(true)
        expect(matches(words.with(at % words.length, '*').join('.'), topic)).toBe(true)
        expect(matches('>', topic)).toBe(true)
      }),
    )
  })
})

describe('isTopic and isSubscription', () => {
  it.each(['', '.', 'a..b', 'a.', 'a b', 'a.*', 'a.>', 'x'.repeat(201)])('refuses the topic "%s"', (text) =>
    expect(isTopic(text)).toBe(false),
  )
  it.each(['', '>.a', 'a.>.b', 'a*', 'a..b'])('refuses the subscription "%s"', (text) =>
    expect(isSubscription(text)).toBe(false),
  )
  it.each(['>', 'a.>', '*.a', 'a.*.b'])('takes the subscription "%s"', (text) =>
    expect(isSubscription(text)).toBe(true),
  )
})
