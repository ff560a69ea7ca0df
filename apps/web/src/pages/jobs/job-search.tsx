import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { JobFilter } from '../../api/job-filter.ts'
import { paths } from '../../paths.ts'
import { Icon } from '../../ui/icon.tsx'
import './job-search.css'

/** Milliseconds without a further letter, until the list is asked for. */
const settle = 250

/** Finds by a part of the name. The address holds what is looked for, so that the list can be shared and gone back to. */
export function JobSearch({ filter }: { filter: JobFilter }) {
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { search = '' } = filter

  // The address changed by itself (back, a link): the field follows, unless somebody is typing in it.
  useEffect(() => {
    if (input.current !== null && timer.current === undefined) input.current.value = search
  }, [search])
  useEffect(() => () => clearTimeout(timer.current), [])

  const find = () => {
    clearTimeout(timer.current)
    timer.current = undefined
    const text = input.current?.value.trim() ?? ''
    if (text === search) return
    void navigate({ ...paths.jobs({ ...filter, search: text === '' ? undefined : text }), replace: true })
  }
  return (
    <form
      role="search"
      aria-label="Jobs"
      className="job-search"
      onSubmit={(event) => {
        event.preventDefault()
        find()
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Find jobs by name"
        placeholder="Find by name"
        defaultValue={search}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={() => {
          clearTimeout(timer.current)
          timer.current = setTimeout(find, settle)
        }}
      />
    </form>
  )
}
