package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
)

const clusterName = "active"

// inMemory is a whole server in one process, with its data in memory. It returns the
// address that was chosen where the port is 0.
func inMemory(where netip.AddrPort, namespace string) ([]temporal.ServerOption, netip.AddrPort, error) {
	ports, err := freePorts(8)
	if err != nil {
		return nil, where, err
	}
	if where.Port() == 0 {
		where = netip.AddrPortFrom(where.Addr(), ports[0])
	}
	database := &config.SQL{
		PluginName:        sqliteplugin.PluginName,
		DatabaseName:      fmt.Sprintf("temporal-dev-%d", rand.Uint64()),
		ConnectAttributes: map[string]string{"mode": "memory", "cache": "shared"},
	}
	definition, err := sqlite.NewNamespaceConfig(clusterName, namespace, false, nil)
	if err != nil {
		return nil, where, err
	}
	if err := sqlite.CreateNamespaces(database, definition); err != nil {
		return nil, where, err
	}
	return []temporal.ServerOption{
		temporal.WithConfig(serverConfig(where, ports, database)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithDynamicConfigClient(settings()),
	}, where, nil
}

// settings are the server's dynamic configuration.
func settings() dynamicconfig.StaticClient {
	on := []dynamicconfig.ConstrainedValue{{Value: true}}
	one := []dynamicconfig.ConstrainedValue{{Value: 1}}
	return dynamicconfig.StaticClient{
		// A rate for each tenant needs both; so does the cluster of a customer.
		dynamicconfig.MatchingUseNewMatcher.Key():  on,
		dynamicconfig.MatchingEnableFairness.Key(): on,
		// Each partition of a task queue is fair for itself, and has its part of a rate.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  one,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): one,
		// What was said a moment ago is there.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): on,
	}
}

// serverConfig says where the four services listen and where they keep their data.
func serverConfig(where netip.AddrPort, ports []uint16, database *config.SQL) *config.Config {
	service := func(grpc, membership uint16) config.Service {
		rpc := config.RPC{GRPCPort: int(grpc), MembershipPort: int(membership), BindOnIP: where.Addr().String()}
		return config.Service{RPC: rpc}
	}
	none := config.Archival{
		History:    config.HistoryArchival{State: "disabled"},
		Visibility: config.VisibilityArchival{State: "disabled"},
	}
	var usual config.NamespaceDefaults
	usual.Archival.History.State = "disabled"
	usual.Archival.Visibility.State = "disabled"
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: where.Addr().String()},
		},
		Persistence: config.Persistence{
			DefaultStore:     sqliteplugin.PluginName,
			VisibilityStore:  sqliteplugin.PluginName,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{sqliteplugin.PluginName: {SQL: database}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: where.String()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			"frontend": service(where.Port(), ports[1]),
			"history":  service(ports[2], ports[3]),
			"matching": service(ports[4], ports[5]),
			"worker":   service(ports[6], ports[7]),
		},
		Archival:          none,
		PublicClient:      config.PublicClient{HostPort: where.String()},
		NamespaceDefaults: usual,
	}
}

// freePorts returns ports of loopback that nobody listens on.
func freePorts(n int) ([]uint16, error) {
	ports := make([]uint16, n)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // after the last one is chosen, so that all differ
		ports[i] = netip.MustParseAddrPort(listener.Addr().String()).Port()
	}
	return ports, nil
}
