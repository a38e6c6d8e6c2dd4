module tenableio/integrations/xsoar

go 1.26.8

require (
	go.yaml.in/yaml/v3 v3.0.6
	tenableio/integrations/packs v0.0.0
)

replace tenableio/integrations/packs => ../packs
