import { describe, expect, it } from 'vitest'
import { mostTasks, openjdTemplate, tasksOf } from './template.ts'

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
    ['a\nb', 'a b'],
    ['', 'Backlot job'],
    ['x'.repeat(200), 'x'.repeat(128)],
  ])('is called something that is no format: %j', (name, expected) => {
    expect(openjdTemplate({ ...job, name }).name).toBe(expected)
  })
})

describe('tasks', () => {
  it('have so many frames, written as the script reads them', () => {
    expect(tasksOf({ frames: [1, 3, 5, 7, 20], framesPerTask: 4 })).toEqual(['1-7x2', '20'])
  })

  it('are no more than the specification allows', () => {
    const frames = Array.from({ length: 100_000 }, (_, index) => index + 1)
    const tasks = tasksOf({ frames, framesPerTask: 1 })
    expect(tasks.length).toBeLessThanOrEqual(mostTasks)
    expect(tasks.at(-1)).toMatch(/-100000$/)
  })
})
