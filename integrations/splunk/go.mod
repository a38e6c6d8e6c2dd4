module tenableio/integrations/splunk

go 1.26.8

require tenableio/integrations/packs v0.0.0

require go.yaml.in/yaml/v3 v3.0.6 // indirect

replace tenableio/integrations/packs => ../packs
