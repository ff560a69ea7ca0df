import { spawnSync } from 'node:child_process'
import { Command, Option } from 'commander'
import { beforeEach, describe, expect, it } from 'vitest'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { shapeOf } from './shape.ts'
import { zshScript } from './zsh.ts'

const program = new Command('backlot').option('--json', 'JSON').option('--data <dir>', 'folder')
program
  .command('submit')
  .description("somebody's scene: rendered")
  .argument('<file>')
  .addOption(new Option('--engine <engine>').choices(['cycles', 'eevee']))
const job = program.command('job').description('one job')
job.command('show').argument('<id>')
job.command('requeue').argument('<id>').option('--frames <frames>', 'these')
const shape = shapeOf(program)

/** Whether this machine has the shell; a syntax check needs no more. */
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0

describe('bash', () => {
  const complete = (...words: string[]) => {
    const script = `${bashScript(shape)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _backlot; echo "\${COMPREPLY[*]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.trim()
  }
  beforeEach((context) => context.skip(!has('bash'), 'no bash on this machine'))
  it.each([
    [['backlot', ''], 'submit job'],
    [['backlot', '--json', 'job', 're'], 'requeue'],
    [['backlot', 'job', 'requeue', '--fr'], '--frames'],
    [['backlot', 'submit', 'a b.blend', '--engine', ''], 'cycles eevee'],
    [['backlot', '--data', 'su'], ''],
    [['backlot', 'submit', 'sc'], ''],
  ])('%j', (words, offered) => {
    expect(complete(...words)).toBe(offered)
  })
})

describe.each([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
])('%s', (shell, write) => {
  it('reads its script', (context) => {
    context.skip(!has(shell), `no ${shell} on this machine`)
    const { status, stderr } = spawnSync(shell, ['-n'], { input: write(shape), encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})
