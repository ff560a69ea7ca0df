import { expect, test } from 'vitest'
import { type Command, matchCommands } from './commands.ts'

const command = (group: string, label: string): Command => ({
  id: label,
  group,
  label,
  icon: 'jobs',
  run: () => undefined,
})
const commands = [command('Go to', 'Workers'), command('Job', 'Cancel job'), command('Jobs', 'shot_010 workers test')]
const labels = (query: string) => matchCommands(commands, query).map(({ label }) => label)

test('an empty query offers everything in its order', () => {
  expect(labels(' ')).toEqual(['Workers', 'Cancel job', 'shot_010 workers test'])
})

test('every word must occur, in the label or its group; a beginning counts more', () => {
  expect(labels('job can')).toEqual(['Cancel job'])
  expect(labels('work')).toEqual(['Workers', 'shot_010 workers test'])
  expect(labels('sho wor')).toEqual(['shot_010 workers test'])
  expect(labels('render')).toEqual([])
})
