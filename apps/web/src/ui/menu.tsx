import { Menu as BaseMenu } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './menu.css'

/** A button that opens a list of things to do. `trigger` is the button's element. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
}) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      {/* Inside a landmark, where those who jump among landmarks find it. */}
      <BaseMenu.Portal container={document.getElementById('main')}>
        <BaseMenu.Positioner className="menu-positioner" sideOffset={6} align={align}>
          <BaseMenu.Popup className="menu">{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

interface ItemProps {
  icon?: IconName
  children: ReactNode
}

export function MenuItem({ icon, children, danger, onSelect }: ItemProps & { danger?: boolean; onSelect: () => void }) {
  return (
    <BaseMenu.Item className="menu-item" data-danger={danger || undefined} onClick={onSelect}>
      {icon === undefined ? <span className="menu-blank" /> : <Icon name={icon} />}
      {children}
    </BaseMenu.Item>
  )
}

/** `href` of a file to download. */
export function MenuDownload({ icon, children, href, name }: ItemProps & { href: string; name: string }) {
  return (
    <BaseMenu.LinkItem className="menu-item" href={href} download={name} closeOnClick>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </BaseMenu.LinkItem>
  )
}

export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: Value
  options: readonly { value: Value; label: string; icon?: IconName }[]
  onChange: (value: Value) => void
}) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className="menu-label">{label}</BaseMenu.GroupLabel>
      <BaseMenu.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
        {options.map((option) => (
          <BaseMenu.RadioItem key={option.value} value={option.value} className="menu-item">
            {option.icon === undefined ? <span className="menu-blank" /> : <Icon name={option.icon} />}
            <span className="truncate">{option.label}</span>
            <BaseMenu.RadioItemIndicator className="menu-check">
              <Icon name="check" />
            </BaseMenu.RadioItemIndicator>
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.RadioGroup>
    </BaseMenu.Group>
  )
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="menu-separator" />
}
