import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, ExternalLink, FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { documentUrl } from '../../../../api/client';
import { describe, toProblem } from '../../../../api/problem';
import { Markdown } from '../../../../shared/Markdown';
import classes from './DocumentView.module.css';
import { fileNameOf } from './fileName';

interface Props {
  id: string;
  title: string;
  /** What stands below the text: the pictures that are attached to it. */
  children?: ReactNode;
}

/** A document that a workflow made, as it is meant to be read. */
export function DocumentView({ id, title, children }: Props) {
  const { data, error } = useQuery({ queryKey: ['document', id], queryFn: () => read(id), staleTime: Infinity });
  return (
    <article className={classes.document} aria-label={title}>
      <header className={classes.head}>
        <FileText size={16} aria-hidden />
        <h4 className={classes.title}>{title}</h4>
        <Button
          component="a" size="compact-sm" variant="default" leftSection={<Download size={13} aria-hidden />} href={documentUrl(id)}
          download={fileNameOf(title, data?.mediaType ?? 'text/plain')} aria-label={`Download ${title}`}
        >
          Download
        </Button>
        <Button component="a" size="compact-sm" variant="subtle" color="gray" href={documentUrl(id)} target="_blank" rel="noreferrer" aria-label={`Open ${title} in a new tab`}><ExternalLink size={14} aria-hidden /></Button>
      </header>
      {error ? <p className={classes.none}>{describe(error).detail}</p> : null}
      {data?.text === null ? <p className={classes.none}>{data.mediaType} cannot be shown here. Download it.</p> : null}
      {data?.text ? (
        <div className={classes.text}>{data.mediaType.startsWith('text/html') || data.mediaType.includes('json') ? <pre className={classes.code}>{data.text}</pre> : <Markdown text={data.text} />}</div>
      ) : null}
      {children}
    </article>
  );
}

async function read(id: string): Promise<{ mediaType: string; text: string | null }> {
  const response = await fetch(documentUrl(id));
  if (!response.ok) throw toProblem(response, await response.json().catch(() => undefined));
  const mediaType = response.headers.get('Content-Type') ?? 'application/octet-stream';
  return { mediaType, text: mediaType.startsWith('text/') || mediaType.includes('json') ? await response.text() : null };
}
