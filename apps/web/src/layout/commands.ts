import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { IconName } from '../ui/icon.tsx'

/** Something that the command palette can do. */
export interface Command {
  id: string
  group: string
  label: string
  icon: IconName
  run: () => void
}

let offered: readonly (readonly Command[])[] = []
const listeners = new Set<() => void>()

function offer(commands: readonly Command[]): () => void {
  const set = (next: typeof offered) => {
    offered = next
    listeners.forEach((listener) => listener())
  }
  set([...offered, commands])
  return () => set(offered.filter((other) => other !== commands))
}

/** Offers a page's own commands while it is shown. */
export function useCommands(commands: readonly Command[]): void {
  const run = useEffectEvent((id: string) => commands.find((command) => command.id === id)?.run())
  const key = JSON.stringify(commands.map(({ id, group, label, icon }) => ({ id, group, label, icon })))
  useEffect(() => {
    const listed = JSON.parse(key) as Omit<Command, 'run'>[]
    return offer(listed.map((command) => ({ ...command, run: () => run(command.id) })))
  }, [key])
}

/** What the pages on the screen offer, the innermost first. */
export function useOfferedCommands(): readonly Command[] {
  const groups = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => offered,
  )
  return groups.toReversed().flat()
}

/** Every word of the query occurs in the label or group; labels that begin with it come first. */
export function matchCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = commands.filter((command) => {
    const text = `${command.label} ${command.group}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const first = words[0]
  if (first === undefined) return found
  const begins = (command: Command) => (command.label.toLowerCase().startsWith(first) ? 0 : 1)
  return found.toSorted((a, b) => begins(a) - begins(b))
}
