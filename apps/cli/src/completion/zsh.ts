import { type CommandShape, flagsWithAnyValue, optionsWithChoices } from './shape.ts'

/** Works when it is read by `eval`, and as a file `_backlot` on zsh's fpath. */
export function zshScript(commands: readonly CommandShape[]): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  const chosen = optionsWithChoices(commands).map(
    ({ path, flag, choices }) => `    '${path} ${flag}') compadd -- ${choices.join(' ')}; return ;;`,
  )
  const offers = commands.map(({ path, commands: children, choices, options }) => {
    const plain = [...children.map((child) => described(child.name, child.description)), ...choices]
    const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.description)))
    return `    '${path}') offers=(${plain.join(' ')}) flags=(${flags.join(' ')}) ;;`
  })
  return `#compdef backlot
# zsh completion of backlot:  eval "$(backlot completion zsh)"
_backlot() {
  local at='' word previous="\${words[CURRENT-1]}" current="\${words[CURRENT]}"
  local -a offers flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${paths.join(' | ')}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${chosen.join('\n')}
    ${flagsWithAnyValue(commands)
      .map((flag) => `*' ${flag}'`)
      .join(' | ')}) _files; return ;;
  esac
  case "$at" in
${offers.join('\n')}
  esac
  if [[ $current == -* ]]; then
    _describe -o option flags
  elif (( $#offers > 0 )); then
    _describe command offers
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _backlot ]]; then
  _backlot "$@"
else
  compdef _backlot backlot
fi
`
}

/** `name:description` in single quotes, as `_describe` reads it. */
function described(name: string, description: string): string {
  const text = description.replaceAll("'", "'\\''").replaceAll(':', '\\:')
  return `'${name}:${text}'`
}
