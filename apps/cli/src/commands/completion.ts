import type { Command } from 'commander'
import { shapeOf } from '../completion/shape.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { CliContext } from '../context.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }
type Shell = keyof typeof scripts

/** The completion script of a shell, made from the commands themselves. */
export function completion(program: Command) {
  return async ({ output }: CliContext, _options: object, [shell]: [Shell]): Promise<void> => {
    const script = scripts[shell](shapeOf(program))
    output.answer({ shell, script }, script)
  }
}
