{{/*
The way out: proxies, certificate authorities and package mirrors, of values `egress`.

  common.egressEnv           environment variables of a container, without those about certificates
  common.egressTrustEnv      those about certificates, for programs on OpenSSL (Python, curl, git)
  common.egressJava          options of a Java machine: its proxies
  common.egressMounts        volume mounts of a container that trusts more
  common.egressAuthorities   those of one that reads the certificates themselves
  common.egressVolumes       volumes of its pod
  common.egressInit          init container that joins the image's certificates and these
  common.egressConfigMap     the ConfigMap with the certificates
  common.egressDigest        text whose change restarts the pod

Names are in both cases: curl reads http_proxy, and Java's and Go's programs HTTP_PROXY.
*/}}
{{- define "common.egressEnv" -}}
{{- with .Values.egress }}
{{- range $name, $value := dict "http_proxy" .httpProxy "https_proxy" .httpsProxy "no_proxy" (join "," .noProxy) }}
{{- if $value }}
- {name: {{ $name }}, value: {{ $value | quote }}}
- {name: {{ upper $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "common.egressTrustEnv" -}}
{{- if .Values.egress.caBundle }}
{{- range list "SSL_CERT_FILE" "REQUESTS_CA_BUNDLE" "CURL_CA_BUNDLE" "PIP_CERT" "GIT_SSL_CAINFO" }}
- {name: {{ . }}, value: /etc/streaminglab/trust/bundle.pem}
{{- end }}
{{- end }}
{{- end }}

{{/* A list of hosts with "|", in which "*" stands for anything, and no ranges of addresses. */}}
{{- define "common.egressJava" -}}
{{- $options := list }}
{{- range $scheme, $proxy := dict "http" .Values.egress.httpProxy "https" .Values.egress.httpsProxy }}
{{- if $proxy }}
{{- $host := (urlParse $proxy).host }}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" | default "80" }}
{{- $name := regexReplaceAll ":[0-9]+$" $host "" | trimPrefix "[" | trimSuffix "]" }}
{{- $options = concat $options (list (printf "-D%s.proxyHost=%s" $scheme $name) (printf "-D%s.proxyPort=%s" $scheme $port)) }}
{{- end }}
{{- end }}
{{- if and $options .Values.egress.noProxy }}
{{- $hosts := list }}
{{- range .Values.egress.noProxy }}
{{- if hasPrefix "." . }}
{{- $hosts = append $hosts (printf "*%s" .) }}
{{- else if contains ":" . }}
{{- if not (contains "/" .) }}{{ $hosts = append $hosts (printf "[%s]" .) }}{{ end }}
{{- else if regexMatch "^[0-9.]+$|[*]" . }}
{{- $hosts = append $hosts . }}
{{- else if not (contains "/" .) }}
{{- $hosts = concat $hosts (list . (printf "*.%s" .)) }}
{{- end }}
{{- end }}
{{- $options = append $options (printf "-Dhttp.nonProxyHosts=%s" (join "|" $hosts)) }}
{{- end }}
{{- join " " $options }}
{{- end }}

{{- define "common.egressMounts" -}}
{{- if .Values.egress.caBundle }}
- {name: trust, mountPath: /etc/streaminglab/trust, readOnly: true}
{{- end }}
{{- end }}

{{- define "common.egressAuthorities" -}}
{{- if .Values.egress.caBundle }}
- {name: authorities, mountPath: /etc/streaminglab/authorities, readOnly: true}
{{- end }}
{{- end }}

{{- define "common.egressVolumes" -}}
{{- if .Values.egress.caBundle }}
- name: authorities
  configMap:
    name: {{ include "common.egressName" . | quote }}
- name: trust
  emptyDir: {sizeLimit: 4Mi}
{{- end }}
{{- end }}

{{- define "common.egressName" -}}
{{ .Release.Name }}-authorities
{{- end }}

{{/* Usage: {{ include "common.egressInit" (dict "root" $ "image" "name" "pullPolicy" "IfNotPresent") }} */}}
{{- define "common.egressInit" -}}
{{- if .root.Values.egress.caBundle }}
- name: trust
  image: {{ .image | quote }}
  imagePullPolicy: {{ .pullPolicy }}
  command:
    - /bin/sh
    - -c
    - >-
      cat /etc/ssl/certs/ca-certificates.crt /etc/streaminglab/authorities/ca.crt
      >/etc/streaminglab/trust/bundle.pem
  resources:
    {{- toYaml .root.Values.resources | nindent 4 }}
  securityContext:
    {{- include "common.containerSecurityContext" .root | nindent 4 }}
  terminationMessagePolicy: FallbackToLogsOnError
  volumeMounts:
    - {name: authorities, mountPath: /etc/streaminglab/authorities, readOnly: true}
    - {name: trust, mountPath: /etc/streaminglab/trust}
{{- end }}
{{- end }}

{{- define "common.egressConfigMap" -}}
{{- with .Values.egress.caBundle }}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "common.metadata" (dict "root" $ "name" (include "common.egressName" $)) | nindent 2 }}
data:
  ca.crt: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "common.egressDigest" -}}
{{ .Values.egress.caBundle }}
{{- end }}
