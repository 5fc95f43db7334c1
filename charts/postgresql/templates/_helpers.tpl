{{- define "chart.component" -}}postgresql{{- end }}

{{- define "postgresql.secret" -}}
{{ .Values.existingSecret.name | default .Release.Name }}
{{- end }}

{{/*
postgresql.settings: arguments of the server. Ours first, then values config, which may replace them.
A replication slot that nobody reads keeps the log for ever, and the log's usual size is as large as
a lab's volume: both are bounded, and a slot that falls behind is lost rather than the database.
*/}}
{{- define "postgresql.settings" -}}
{{- $ours := dict
  "wal_level" "logical"
  "max_replication_slots" "10"
  "max_wal_senders" "10"
  "max_wal_size" "256MB"
  "max_slot_wal_keep_size" "256MB" }}
{{- range $name, $value := merge (dict) .Values.config $ours }}
- -c
- {{ printf "%s=%s" $name $value | quote }}
{{- end }}
{{- end }}

{{/* postgresql.ask: is the server answering? By TCP, with names that it need not refuse in its log. */}}
{{- define "postgresql.ask" -}}
{{ list "pg_isready" "--quiet" "--host=127.0.0.1"
  (printf "--username=%s" .Values.username) (printf "--dbname=%s" .Values.database) | toJson }}
{{- end }}
