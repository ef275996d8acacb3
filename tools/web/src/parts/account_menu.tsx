import { Button, Menu } from '@mantine/core';
import { Link, useLocation, useSearch } from 'wouter';

import { useTexts } from '../i18n';
import { shortAddress } from '../ledger/text';
import { useSession } from '../session/session';
import { PersonIcon } from './icons';

/** Who has signed in, and the way in or out. */
export function AccountMenu() {
  const t = useTexts();
  const { account, signOut } = useSession();
  const [location] = useLocation();
  const search = useSearch();
  if (!account) {
    const here = search ? `${location}?${search}` : location;
    const from = location === '/sign-in' ? '' : `?to=${encodeURIComponent(here)}`;
    return (
      <Button component={Link} href={`/sign-in${from}`} variant="light" size="compact-md" className="tool"
        leftSection={<PersonIcon size={18} />}>
        {t('account.sign_in')}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="light" size="compact-md" className="tool"
          leftSection={<PersonIcon size={18} />}>
          {account.name ?? t('account.mine')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="menu-text">
          <strong>{account.name ?? t('account.mine')}</strong>
          <code title={account.address}>{shortAddress(account.address)}</code>
          <span>
            {account.roles.length === 0 && account.prefixes.length === 0 ? t('account.no_roles')
              : [...account.roles.map((role) => t(`role.${role}`)),
                ...account.prefixes.map((prefix) => t('role.brand', { prefix }))].join(' · ')}
          </span>
        </div>
        <Menu.Divider />
        <Menu.Item onClick={() => { void navigator.clipboard?.writeText(account.address); }}>
          {t('account.copy')}
        </Menu.Item>
        <Menu.Item onClick={signOut}>{t('account.sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
