import { describe, expect, it } from 'vitest'
import { parseArguments, suites } from './arguments.ts'

describe('parseArguments', () => {
  it('runs everything when nothing is said', () => {
    expect(parseArguments([])).toEqual({ suites, filters: [] })
  })

  it('takes suites in running order, and filters with or without --', () => {
    expect(parseArguments(['e2e', 'unit'])).toEqual({ suites: ['unit', 'e2e'], filters: [] })
    expect(parseArguments(['unit', '--', 'frames'])).toEqual({ suites: ['unit'], filters: ['frames'] })
    expect(parseArguments(['blender', 'driver', 'unit'])).toEqual({ suites: ['blender'], filters: ['driver', 'unit'] })
    expect(parseArguments(['--', 'unit'])).toEqual({ suites, filters: ['unit'] })
  })
})
