{{- define "chart.component" -}}{{ .Values.component }}{{- end }}

{{- define "lab-job.config" -}}
{{ .Values.config | toPrettyJson }}
{{- end }}

{{/* lab-job.pod: the pod's spec, the same for a Job and a Deployment but for restarts and probes. */}}
{{- define "lab-job.pod" -}}
{{ include "common.podSpec" . }}
{{- if eq .Values.kind "Job" }}
# Never, with a backoffLimit: each try is a pod of its own whose last words stay readable.
restartPolicy: Never
{{- end }}
terminationGracePeriodSeconds: 30
containers:
  - name: {{ .Values.component }}
    image: {{ include "common.image" . | quote }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    args: {{ .Values.args | default (list .Values.component) | toJson }}
    env:
      - {name: HOME, value: /tmp}
    {{- if eq .Values.kind "Deployment" }}
    ports:
      - {name: health, containerPort: 8080}
    readinessProbe:
      httpGet: {path: /healthz, port: health}
      periodSeconds: 1
      timeoutSeconds: 2
    {{- end }}
    resources:
      {{- toYaml .Values.resources | nindent 6 }}
    securityContext:
      {{- include "common.containerSecurityContext" . | nindent 6 }}
    terminationMessagePolicy: FallbackToLogsOnError
    volumeMounts:
      - {name: config, mountPath: /etc/streaminglab/config.json, subPath: config.json, readOnly: true}
      {{- if .Values.secret.name }}
      - {name: secrets, mountPath: /etc/streaminglab/secrets, readOnly: true}
      {{- end }}
      - {name: tmp, mountPath: /tmp}
volumes:
  - name: config
    configMap:
      name: {{ .Release.Name | quote }}
  {{- with .Values.secret }}
  {{- if .name }}
  # Only the keys that this program needs: a token it cannot read is one it cannot lose.
  - name: secrets
    secret:
      secretName: {{ .name | quote }}
      defaultMode: 0440
      items:
        {{- range .keys }}
        - {key: {{ . | quote }}, path: {{ . | quote }}}
        {{- end }}
  {{- end }}
  {{- end }}
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
{{- end }}
