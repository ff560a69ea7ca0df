import { framesOf, parseFrames } from '@backlot/contract/frames'
import { describe, expect, it } from 'vitest'
import { longestFrames, mostTasks, openjdTemplate, stepsOf } from './template.ts'

const job = { name: 'Shot 12', frames: [1, 2, 3], framesPerTask: 2, memoryBytes: 0, gpu: false }

describe('the template', () => {
  it('asks nothing of a machine that the job does not ask', () => {
    const [step] = openjdTemplate(job).steps
    expect(step).not.toHaveProperty('hostRequirements')
    expect(openjdTemplate({ ...job, memoryBytes: 3 * 2 ** 30, gpu: true }).steps[0]).toMatchObject({
      hostRequirements: {
        amounts: [
          { name: 'amount.worker.memory', min: 3072 },
          { name: 'amount.worker.gpu', min: 1 },
        ],
      },
    })
  })

  it.each([
    ['{{Param.Blender}}', '{ {Param.Blender} }'],
    ['{{{ }}}', '{ { { } } }'],
    ['a\nb', 'a b'],
    ['', 'Backlot job'],
    ['x'.repeat(200), 'x'.repeat(128)],
  ])('is called something that is no format: %j', (name, expected) => {
    expect(openjdTemplate({ ...job, name }).name).toBe(expected)
  })
})

describe('tasks', () => {
  it('have so many frames, written as the script reads them', () => {
    expect(stepsOf({ frames: [1, 3, 5, 7, 20], framesPerTask: 4 })).toEqual([['1-7x2', '20']])
  })

  it('are no more than the specification allows', () => {
    const frames = Array.from({ length: 100_000 }, (_, index) => index + 1)
    const [tasks, ...more] = stepsOf({ frames, framesPerTask: 1 })
    expect(more).toEqual([])
    expect(tasks?.length).toBeLessThanOrEqual(mostTasks)
    expect(tasks?.at(-1)).toMatch(/-100000$/)
  })

  it('of frames without an order are no longer than the specification allows, in more steps, and none is lost', () => {
    // A job's frames are written in at most 200,000 characters; overlapping ranges say this much in few.
    const frames = unevenly(1, 1_000_000)
    const steps = stepsOf({ frames, framesPerTask: 10_000 })
    expect(steps.length).toBeGreaterThan(1)
    for (const tasks of steps) expect(tasks.length).toBeLessThanOrEqual(mostTasks)
    const texts = steps.flat()
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(longestFrames)
    expect(texts.flatMap(framesIn)).toEqual(frames)
    const names = openjdTemplate({ ...job, frames, framesPerTask: 10_000 }).steps.map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(['Render', 'Render 2'])
  })
})

/** Frames no three of which are evenly spaced in a row. */
function unevenly(first: number, last: number): number[] {
  const frames: number[] = []
  for (let frame = first, gap = 1; frame <= last; frame += gap, gap = gap === 1 ? 2 : gap === 2 ? 4 : 1)
    frames.push(frame)
  return frames
}

function framesIn(text: string): number[] {
  const parsed = parseFrames(text)
  return 'spans' in parsed ? framesOf(parsed.spans) : []
}
