import { Link } from '@tanstack/react-router'
import { paths } from '../paths.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { useMay, useSession } from './use-session.ts'
import './sidebar.css'

/** Beside the page on wide screens; on narrow ones a bar above it and the pages below. */
export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { tenant } = useSession()
  const maySeeWorkers = useMay('workers.view')
  return (
    <header className="sidebar">
      <div className="sidebar-head">
        <Link {...paths.jobs()} className="sidebar-brand" aria-label="Backlot, to the jobs">
          <Brand />
        </Link>
        <span className="sidebar-tenant truncate">{tenant.name}</span>
      </div>
      <button type="button" className="sidebar-search" aria-label="Search pages and actions" onClick={onSearch}>
        <Icon name="search" />
        <span>Search</span>
        <kbd aria-hidden="true">{isApple ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <nav aria-label="Pages">
        <ul>
          <Page to={paths.jobs()} icon="jobs" label="Jobs" />
          {maySeeWorkers && <Page to={paths.workers()} icon="workers" label="Workers" />}
          <Page to={paths.tokens()} icon="key" label="Tokens" />
        </ul>
      </nav>
      <AccountMenu />
    </header>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

type Place = ReturnType<typeof paths.jobs> | ReturnType<typeof paths.workers> | ReturnType<typeof paths.tokens>

function Page({ to, icon, label }: { to: Place; icon: IconName; label: string }) {
  return (
    <li>
      <Link
        {...to}
        className="sidebar-page"
        activeOptions={{ includeSearch: false }}
        activeProps={{ 'aria-current': 'page' }}
      >
        <Icon name={icon} size={18} />
        {label}
      </Link>
    </li>
  )
}
