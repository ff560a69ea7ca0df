import type { Argument, Command, Option } from 'commander'

export interface OptionShape {
  /** `--frames`, and `-V` where there is a short form. */
  flags: string[]
  description: string
  takesValue: boolean
  /** The values that it may have; empty: any. */
  choices: readonly string[]
}

/** A command as a shell's completion needs it. */
export interface CommandShape {
  /** Its words, each with a blank before it: ` job show`. The program's own is empty. */
  path: string
  description: string
  options: OptionShape[]
  commands: { name: string; description: string }[]
  /** What its arguments may be; empty: files, or anything. */
  choices: readonly string[]
}

/** The program and all its commands, in the order of its help. */
export function shapeOf(program: Command): CommandShape[] {
  const global = program.options.map(optionShape)
  const walk = (command: Command, path: string): CommandShape[] => {
    const own = command === program ? [] : command.options.map(optionShape)
    const shape: CommandShape = {
      path,
      description: command.description(),
      options: [...own, ...global, { flags: ['--help'], description: 'help', takesValue: false, choices: [] }],
      commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
      choices: command.registeredArguments.flatMap((argument: Argument) => argument.argChoices ?? []),
    }
    return [shape, ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`))]
  }
  return walk(program, '')
}

/** Where a flag is followed by one of a few words. */
export function optionsWithChoices(
  commands: readonly CommandShape[],
): { path: string; flag: string; choices: readonly string[] }[] {
  return commands.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .flatMap(({ flags, choices }) => flags.map((flag) => ({ path, flag, choices }))),
  )
}

/** Flags that are followed by a word of which nothing is known: in every command that has them. */
export function flagsWithAnyValue(commands: readonly CommandShape[]): string[] {
  const open = commands.flatMap(({ options }) =>
    options.filter(({ takesValue, choices }) => takesValue && choices.length === 0).flatMap(({ flags }) => flags),
  )
  return [...new Set(open)]
}

function optionShape(option: Option): OptionShape {
  return {
    flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }
}
