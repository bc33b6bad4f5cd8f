import { useEffect, useState } from 'preact/hooks';
import { type Sandbox, sandboxPath } from '../../../../diagnosis/index.ts';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { get } from '../../api.ts';
import { type FileInfo, sandboxHref } from '../../data/sandbox.ts';
import { bytes } from '../../data/wording.ts';
import { place, setQuery } from '../../router.ts';
import { Icon } from '../../ui/icon.tsx';
import { Ago, Empty, useTitle } from '../../ui/parts.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { FileTail } from './file-tail.tsx';

/** The sandbox of any executor by its address. */
export function SandboxView({ sandbox }: { readonly sandbox: Sandbox }) {
  useTitle('Sandbox');
  return (
    <div class="view">
      <div class="head">
        <h1>Sandbox</h1>
        <span class="soft mono cut">{sandbox.executorId}</span>
      </div>
      <Files sandbox={sandbox} />
    </div>
  );
}

/** Browses a sandbox; a file opens with its end, and goes on as it grows. */
export function Files({ sandbox }: { readonly sandbox: Sandbox }) {
  const folder = place.value.query.get('path') ?? '';
  const file = place.value.query.get('file');
  const [entries, setEntries] = useState<readonly FileInfo[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    setEntries(null);
    setProblem(null);
    const path = sandboxPath(sandbox, folder);
    get<readonly FileInfo[]>(
      `agents/${sandbox.agentId}/files/browse?path=${encodeURIComponent(path)}`,
      gone.signal,
    )
      .then(setEntries)
      .catch((error) => !gone.signal.aborted && setProblem(messageOf(error)));
    return () => gone.abort();
  }, [sandboxPath(sandbox, folder), sandbox.agentId]);
  if (problem !== null) {
    return (
      <Empty title="These files cannot be read">
        <p>{problem}</p>
      </Empty>
    );
  }
  const columns: readonly Column<FileInfo>[] = [
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(120px, 2fr)',
      value: ({ path }) => path,
      cell: (entry) => <Entry entry={entry} folder={folder} />,
    },
    {
      key: 'size',
      title: 'Size',
      width: '90px',
      isNumber: true,
      value: ({ size }) => size,
      cell: ({ size, mode }) => (mode.startsWith('d') ? '' : bytes(size)),
    },
    {
      key: 'mtime',
      title: 'Changed',
      width: '110px',
      isWide: true,
      value: ({ mtime }) => mtime,
      cell: ({ mtime }) => <Ago at={mtime * 1000} />,
    },
    {
      key: 'mode',
      title: 'Mode',
      width: '104px',
      isWide: true,
      cell: ({ mode }) => <span class="mono soft">{mode}</span>,
    },
    {
      key: 'owner',
      title: 'Owner',
      width: '110px',
      isWide: true,
      cell: ({ uid, gid }) => <span class="soft">{`${uid}:${gid}`}</span>,
    },
    {
      key: 'do',
      title: 'Do',
      width: '90px',
      cell: ({ path, mode }) =>
        mode.startsWith('d') ? null : (
          <a
            class="button small quiet"
            download
            href={`/api/agents/${sandbox.agentId}/files/download?path=${encodeURIComponent(path)}`}
          >
            Download
          </a>
        ),
    },
  ];
  return (
    <>
      {folder === '' ? null : (
        <p class="crumbs">
          <button
            type="button"
            class="button small quiet"
            onClick={() => setQuery({ path: null, file: null })}
          >
            sandbox
          </button>
          / {folder}
        </p>
      )}
      {entries === null ? (
        <p class="soft">Reading…</p>
      ) : (
        <Table
          label="Files"
          columns={columns}
          rows={entries}
          rowKey={({ path }) => path}
          empty={<b>This folder is empty</b>}
        />
      )}
      {file === null ? null : (
        <FileTail
          sandbox={sandbox}
          file={folder === '' ? file : `${folder}/${file}`}
          onClose={() => setQuery({ file: null })}
        />
      )}
      <p class="small soft">
        <a href={sandboxHref(sandbox, folder)}>Address of this sandbox</a>
      </p>
    </>
  );
}

function Entry({ entry, folder }: { readonly entry: FileInfo; readonly folder: string }) {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
  const isFolder = entry.mode.startsWith('d');
  const open = (): void =>
    isFolder
      ? setQuery({ path: folder === '' ? name : `${folder}/${name}`, file: null })
      : setQuery({ file: name });
  return (
    <button type="button" class="button small quiet" onClick={open}>
      <Icon name={isFolder ? 'folder' : 'file'} size={14} /> {name}
    </button>
  );
}
