import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { paths } from '../paths.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { AccountButton } from './account-button.tsx'
import { Brand } from './brand.tsx'
import { useMay, useSession } from './use-session.ts'
import './sidebar.css'

const AccountMenu = lazy(() => import('./account-menu.tsx'))

/** Beside the page on wide screens; on narrow ones a bar above it and the pages below. */
export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { tenant } = useSession()
  const maySubmit = useMay('jobs.submit')
  const maySeeWorkers = useMay('workers.view')
  return (
    <header className="sidebar">
      <div className="sidebar-head">
        <Link {...paths.jobs()} className="sidebar-brand" aria-label="Backlot, to the jobs">
          <Brand />
        </Link>
        <span className="sidebar-tenant truncate">{tenant.name}</span>
      </div>
      <button type="button" className="sidebar-search" data-keys={isApple ? '⌘ K' : 'Ctrl K'} onClick={onSearch}>
        <Icon name="search" />
        <span className="sidebar-search-label">
          Search <span className="visually-hidden">pages and actions</span>
        </span>
      </button>
      <nav aria-label="Pages">
        <ul>
          <Page to={paths.jobs()} icon="jobs" label="Jobs" />
          {maySubmit && <Page to={paths.submit()} icon="upload" label="Submit" />}
          {maySeeWorkers && <Page to={paths.workers()} icon="workers" label="Workers" />}
          <Page to={paths.tokens()} icon="key" label="Tokens" />
        </ul>
      </nav>
      <Suspense fallback={<AccountButton />}>
        <AccountMenu />
      </Suspense>
    </header>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

type Place = ReturnType<(typeof paths)['jobs' | 'submit' | 'workers' | 'tokens']>

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
