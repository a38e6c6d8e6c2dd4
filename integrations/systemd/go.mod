module tenableio/integrations/systemd

go 1.26.8
