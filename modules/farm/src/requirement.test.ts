import { describe, expect, it } from 'vitest'
import { type Capabilities, hashRequirement, lacks, makeRequirement, type Requirement } from './requirement.ts'

const requirement = (changes: Partial<Requirement> = {}) =>
  makeRequirement({ kind: 'render_frames', blender: null, fileVersion: 405, tags: [], ...changes })
const worker = (version: string, changes: Partial<Capabilities> = {}): Capabilities => ({
  tags: [],
  probe: null,
  memoryBytes: 2 ** 33,
  holds: {},
  blenders: [{ version }],
  canInstall: false,
  ...changes,
})

describe('requirement', () => {
  it.each([
    [null, '4.5.15', true],
    [null, '5.0.1', true],
    [null, '4.2.23', false], // older than the file
    ['4.5', '4.5.15', true],
    ['4.5', '4.5', true],
    ['4.5', '4.50.1', false],
    ['4.5', '5.0.1', false],
    ['5.0.1', '5.0.1', true],
    ['5.0.1', '5.0.2', false],
    ['4.2', '4.2.23', false], // asked for, yet older than the file
  ])('Blender %s wanted, %s there: %s', (blender, version, fits) => {
    expect(lacks(requirement({ blender }), worker(version)).length === 0).toBe(fits)
  })

  it('is met by any worker that can fetch a Blender', () => {
    expect(lacks(requirement({ blender: '5.0.1' }), worker('3.4.1', { canInstall: true }))).toEqual([])
  })

  it('names what is missing', () => {
    expect(lacks(requirement({ tags: ['gpu', 'big'] }), worker('3.4.1', { tags: ['gpu'] }))).toMatchObject([
      { code: 'no_matching_tags', needs: 'the tags big, gpu' },
      { code: 'no_matching_blender', needs: 'Blender 4.5 or newer' },
    ])
  })

  const probed = (chosen: string) => ({ probe: { devices: [], chosen, tried: [] } })
  it.each<[string, Partial<Requirement>, Partial<Capabilities>, string[]]>([
    ['one of the tags', { anyTags: ['a', 'b'] }, { tags: ['b'] }, []],
    ['none of the tags', { anyTags: ['a', 'b'] }, { tags: ['c'] }, ['one of the tags a, b']],
    ['a tag it must not have', { notTags: ['slow'] }, { tags: ['slow'] }, ['a worker without the tag slow']],
    ['as much memory', { memoryBytes: 2 ** 33 }, {}, []],
    ['too little memory', { memoryBytes: 2 ** 34 }, {}, ['16 GiB of memory']],
    ['a GPU', { gpu: true }, probed('OPTIX'), []],
    ['a processor only', { gpu: true }, probed('CPU'), ['a GPU']],
    ['devices that nobody has looked at', { gpu: true }, {}, ['a GPU']],
  ])('knows %s', (_, asked, has, needs) => {
    expect(lacks(requirement(asked), worker('4.5.15', has)).map((lack) => lack.needs)).toEqual(needs)
  })

  it('has one class however its tags are written', () => {
    const one = hashRequirement(requirement({ tags: ['b', 'a', 'b'] }))
    expect(hashRequirement(requirement({ tags: ['a', 'b'] }))).toBe(one)
    expect(hashRequirement(requirement({ tags: ['a'] }))).not.toBe(one)
  })
})
