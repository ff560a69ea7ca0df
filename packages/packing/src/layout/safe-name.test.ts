import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberedName, safeName } from './safe-name.ts'

const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))

describe('safeName', () => {
  it.each([
    ['wood.png', 'wood.png'],
    ['Szene 日本.blend', 'Szene 日本.blend'],
    ['.hidden', '.hidden'],
    ['a:b?.png', 'a_b_.png'],
    ['tab\there', 'tab_here'],
    ['aux.png', '_aux.png'],
    ['COM1', '_COM1'],
    ['console.png', 'console.png'],
    ['name. ', 'name__'],
    ['a\\b/c', 'a_b_c'],
    ['caf\udce9.png', 'caf_.png'],
    ['smile \u{1f600}.png', 'smile \u{1f600}.png'],
    ['', '_'],
  ])('%j → %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  it('keeps the ending of a long name', () => {
    const safe = safeName(`${'日'.repeat(200)}.png`)
    expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(255)
    expect(safe).toMatch(/^日+\.png$/)
  })

  it('does not end with what Windows drops when it is cut', () => {
    const safe = safeName(`${'n'.repeat(254)} . . and more than an ending is long`)
    expect(safe).toBe('n'.repeat(254))
    expect(numberedName(`${'n'.repeat(252)}.png`.slice(0, 255), 12)).toMatch(/^n+\.pn~12$/)
    expect(numberedName('tex', 2)).toBe('tex~2')
    expect(Buffer.byteLength(numberedName('日'.repeat(85), 3))).toBeLessThanOrEqual(255)
  })

  it('is safe already once it was made safe', () => {
    fc.assert(fc.property(anyText, (name) => safeName(safeName(name)) === safeName(name)))
  })
})
