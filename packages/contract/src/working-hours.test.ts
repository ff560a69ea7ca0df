import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatHours, isWithin, parseHours, workingHours } from './working-hours.ts'

const nights = { timeZone: 'Europe/Berlin', spans: parseHours('mon-fri 19:00-07:00, sat,sun 00:00-24:00')! }

describe('working hours', () => {
  it.each([
    ['2026-01-05T17:59:00Z', false], // Monday, 18:59 in Berlin
    ['2026-01-05T18:00:00Z', true],
    ['2026-01-06T05:59:00Z', true], // what began on Monday
    ['2026-01-06T06:00:00Z', false],
    ['2026-01-10T05:30:00Z', true], // Saturday
    ['2026-01-10T22:59:59Z', true],
    ['2026-01-11T23:30:00Z', false], // Monday, 0:30
    ['2026-07-06T16:59:00Z', false], // in summer an hour earlier
    ['2026-07-06T17:00:00Z', true],
  ])('%s: %s', (moment, expected) => {
    expect(isWithin(nights, new Date(moment))).toBe(expected)
  })

  it('that go around the clock always hold', () => {
    const always = { timeZone: 'UTC', spans: parseHours('mon-sun 08:00-08:00')! }
    const moments = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    fc.assert(fc.property(moments, (moment) => isWithin(always, moment)))
  })

  it.each([
    '',
    'mon',
    'mon 9-17',
    'funday 09:00-17:00',
    'mon 09:00-25:00',
    'mon 09:00-17:00 and',
    'mon-tue-wed 09:00-10:00',
  ])('are not %j', (text) => {
    expect(parseHours(text)).toBeUndefined()
  })

  it('are read as they are written', () => {
    const time = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'))
    const days = fc
      .uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
      .map((list) => list.toSorted((a, b) => a - b))
    const spans = fc.array(fc.record({ days, from: time, to: time }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(spans, (given) => {
        expect(parseHours(formatHours({ timeZone: 'UTC', spans: given }).replace(' (UTC)', ''))).toEqual(given)
      }),
    )
  })

  it('need a place that there is', () => {
    expect(workingHours.safeParse({ ...nights, timeZone: 'Europe/Nowhere' }).success).toBe(false)
  })
})
