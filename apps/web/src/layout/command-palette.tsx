import { Dialog } from '@base-ui/react/dialog'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useId, useState } from 'react'
import type { JobPages } from '../api/patch-jobs.ts'
import { paths } from '../paths.ts'
import { Icon } from '../ui/icon.tsx'
import { type Command, matchCommands, useOfferedCommands } from './commands.ts'
import { setTheme } from './theme.ts'
import { useMay, useSession, useSignOut, useSwitchTenant } from './use-session.ts'
import './command-palette.css'

/** Everything that can be reached or done from here, by typing a part of its name. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const id = useId()
  const commands = matchCommands([...useOfferedCommands(), ...usePageCommands(), ...useJobCommands()], query)
  const chosen = commands[Math.min(active, commands.length - 1)]

  const run = (command: Command) => {
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && commands.length > 0) {
      event.preventDefault()
      const next = (Math.min(active, commands.length - 1) + step + commands.length) % commands.length
      setActive(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault()
      run(chosen)
    }
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="palette" aria-label="Search pages and actions">
          <div className="palette-query">
            <Icon name="search" size={18} />
            <input
              type="text"
              role="combobox"
              aria-label="Search pages and actions"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={chosen === undefined ? undefined : `${id}-${commands.indexOf(chosen)}`}
              aria-autocomplete="list"
              autoComplete="off"
              spellCheck={false}
              placeholder="Where to, or what to do?"
              value={query}
              onChange={(event) => {
                setQuery(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
            />
            <kbd>Esc</kbd>
          </div>
          {/* The input keeps the focus and tells the list what is chosen: the pattern of a combobox. */}
          <div className="palette-list" id={`${id}-list`} role="listbox" aria-label="Results">
            {commands.map((command, index) => (
              <div
                key={`${command.group}/${command.id}`}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={command === chosen}
                className="palette-option"
                onMouseMove={() => setActive(index)}
                onClick={() => run(command)}
                onKeyDown={undefined}
              >
                <Icon name={command.icon} />
                <span className="truncate">{command.label}</span>
                <span className="palette-group">{command.group}</span>
              </div>
            ))}
          </div>
          {commands.length === 0 && <p className="palette-none">Nothing is called that.</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function usePageCommands(): Command[] {
  const navigate = useNavigate()
  const signOut = useSignOut()
  const switchTenant = useSwitchTenant()
  const { tenant, tenants } = useSession()
  const maySubmit = useMay('jobs.submit')
  const maySeeWorkers = useMay('workers.view')
  const go = (label: string, icon: Command['icon'], run: () => void): Command => ({
    id: label,
    group: 'Go to',
    label,
    icon,
    run,
  })
  return [
    go('Jobs', 'jobs', () => void navigate(paths.jobs())),
    go('Jobs that are rendering', 'half', () => void navigate(paths.jobs({ state: 'running' }))),
    go('Failed jobs', 'alert', () => void navigate(paths.jobs({ state: 'failed' }))),
    ...(maySubmit ? [go('Submit a scene', 'upload', () => void navigate(paths.submit()))] : []),
    ...(maySeeWorkers ? [go('Workers', 'workers', () => void navigate(paths.workers()))] : []),
    go('Tokens', 'key', () => void navigate(paths.tokens())),
    go('Confirm a device', 'device', () => void navigate(paths.device())),
    { id: 'light', group: 'Appearance', label: 'Light theme', icon: 'sun', run: () => setTheme('light') },
    { id: 'dark', group: 'Appearance', label: 'Dark theme', icon: 'moon', run: () => setTheme('dark') },
    { id: 'system', group: 'Appearance', label: "The system's theme", icon: 'system', run: () => setTheme('system') },
    ...tenants
      .filter(({ tenantId }) => tenantId !== tenant.tenantId)
      .map(({ tenantId, name }): Command => ({
        id: tenantId,
        group: 'Tenant',
        label: `Switch to ${name}`,
        icon: 'studio',
        run: () => switchTenant(tenantId),
      })),
    { id: 'sign-out', group: 'Account', label: 'Sign out', icon: 'leave', run: signOut },
  ]
}

/** The jobs that any list of this page has loaded. */
function useJobCommands(): Command[] {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const lists = queryClient.getQueriesData<JobPages>({ queryKey: ['jobs'] })
  const jobs = new Map(
    lists.flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? []).map((job) => [job.jobId, job]),
  )
  return [...jobs.values()].map(({ jobId, name }) => ({
    id: jobId,
    group: 'Jobs',
    label: name,
    icon: 'film',
    run: () => void navigate(paths.job(jobId)),
  }))
}
