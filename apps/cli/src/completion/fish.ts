import type { CommandShape, OptionShape } from './shape.ts'

/** A condition per command: fish asks a function where on the command line it is. */
export function fishScript(commands: readonly CommandShape[]): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  const lines = commands.flatMap(({ path, commands: children, choices, options }) => {
    const here = `complete -c backlot -n '__backlot_at "${path}"'`
    return [
      ...(children.length > 0 ? [`${here} -f`] : []),
      ...children.map(({ name, description }) => `${here} -f -a ${name} -d ${quoted(description)}`),
      ...(choices.length > 0 ? [`${here} -f -a ${quoted(choices.join(' '))}`] : []),
      ...options.map((option) => `${here} ${optionWords(option)}`),
    ]
  })
  return `# fish completion of backlot:  backlot completion fish | source
function __backlot_at
    set -l at ''
    for word in (commandline -opc)[2..]
        switch "$at $word"
            case ${paths.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`
}

function optionWords({ flags, description, takesValue, choices }: OptionShape): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
  return `${names.join(' ')}${value} -d ${quoted(description)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
