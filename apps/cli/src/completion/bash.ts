import { type CommandShape, flagsWithAnyValue, optionsWithChoices } from './shape.ts'

/** For bash 3.2 (macOS) and newer, without the bash-completion package. Where nothing fits, bash completes files. */
export function bashScript(commands: readonly CommandShape[]): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  const chosen = optionsWithChoices(commands).map(
    ({ path, flag, choices }) => `    '${path} ${flag}') words='${choices.join(' ')}' ;;`,
  )
  const words = commands.map(({ path, commands: children, choices, options }) => {
    const plain = [...children.map(({ name }) => name), ...choices].join(' ')
    return `      '${path}') words='${plain}' flags='${options.flatMap(({ flags }) => flags).join(' ')}' ;;`
  })
  return `# bash completion of backlot:  eval "$(backlot completion bash)"
_backlot() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} at='' words='' flags='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
      ${paths.join(' | ')}) at="$at \${COMP_WORDS[index]}" ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
${chosen.join('\n')}
    ${flagsWithAnyValue(commands)
      .map((flag) => `*' ${flag}'`)
      .join(' | ')}) ;;
    *)
      case "$at" in
${words.join('\n')}
      esac
      [[ $current != -* ]] || words=$flags
      ;;
  esac
  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _backlot backlot
`
}
