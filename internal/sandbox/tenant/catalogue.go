package tenant

// platform says on which assets a plugin can find something.
type platform int

const (
	windows platform = iota
	debian
	redHat
	appliance
	anywhere
	platforms = int(anywhere) // a pool of plugins for each but anywhere
)

// systems are what assets run, the common ones several times.
var systems = []struct {
	on        platform
	name      string
	device    string
	hostnames []string
}{
	{windows, "Microsoft Windows Server 2022 Standard", "general-purpose", []string{"dc", "file", "sql"}},
	{windows, "Microsoft Windows 11 Enterprise", "general-purpose", []string{"desk", "laptop"}},
	{windows, "Microsoft Windows 11 Enterprise", "general-purpose", []string{"desk", "laptop"}},
	{debian, "Linux Kernel 5.15.0-generic on Ubuntu 22.04", "general-purpose", []string{"web", "app"}},
	{debian, "Linux Kernel 6.8.0-generic on Ubuntu 24.04", "general-purpose", []string{"build", "app"}},
	{redHat, "Linux Kernel 5.14.0 on Red Hat Enterprise Linux 9", "general-purpose", []string{"db", "mq"}},
	{appliance, "Sample Switch OS 7.2", "switch", []string{"switch"}},
	{appliance, "", "", []string{"device", "printer"}}, // nothing but an address is known
}

// product is software that the made-up plugins check.
type product struct{ name, vendor, cpe string }

var products = []product{
	{"Exampleware Console", "Exampleware", "exampleware:console"},
	{"Sample HTTP Server", "Sample Foundation", "sample:http_server"},
	{"Placeholder Database", "Placeholder", "placeholder:database"},
	{"Acorn & Oak Mail", "Acorn & Oak", "acorn_oak:mail"},
	{"Lorem Viewer", "Lorem Software", "lorem:viewer"},
	{"Ipsum SSH", "Ipsum Project", "ipsum:ssh"},
	{"Foobar Runtime", "Foobar", "foobar:runtime"},
	{"Widget Framework", "Widget Works", "widget:framework"},
}

// service is where a plugin looks; port 0 stands for the host as a whole.
type service struct {
	name     string
	protocol string
	ports    []int
}

var (
	wholeHost = service{"general", "TCP", []int{0}}
	web       = service{"www", "TCP", []int{443, 8443, 80, 8080}}
	secure    = service{"ssh", "TCP", []int{22, 2222}}
	shares    = service{"cifs", "TCP", []int{445, 139}}
	network   = service{"snmp", "UDP", []int{161, 1161}}
	pings     = service{"general", "ICMP", []int{0}}
	database  = service{"sql", "TCP", []int{5432, 1433, 3306}}
)

// pluginKind is what plugins of one kind have in common. In its texts {product},
// {version}, {fixed}, {cve}, {host}, {port} and {id} are filled in.
type pluginKind struct {
	family     string
	familyID   int
	pluginType string // local, remote, combined
	on         platform
	at         service
	severity   []int // one of these
	name       string
	synopsis   string
	solution   string
	text       string
	output     string
}

// pluginKinds are taken in turn, so that even a few plugins are of many kinds. The
// first can be found anywhere.
var pluginKinds = []pluginKind{
	{
		"General", 30, "combined", anywhere, wholeHost,
		[]int{0},
		"{product} Detection", "{product} was detected on the remote host.", "n/a",
		"Nessus found {product} on the remote host by its files or its banner.\n\n" +
			"Knowing what is installed is the first step of keeping it up to date.",
		"\nPath    : /opt/{id}\nVersion : {version}\nBanner  : <b>{product}</b> at {host}\n",
	},
	{
		"Windows", 20, "local", windows, shares,
		[]int{3, 4, 2},
		"{product} < {fixed} Multiple Vulnerabilities",
		"An application on the remote Windows host is affected by multiple vulnerabilities.",
		"Upgrade to {product} version {fixed} or later.",
		"The version of {product} on the remote Windows host is prior to {fixed}. It is, therefore, affected by " +
			"multiple flaws:\n\n  - A crafted document lets an attacker run code in the user's session. ({cve})\n\n" +
			"  - Markup such as <script> is shown as it came.\n\n" +
			"Nessus has not tried the flaws themselves; it relies on the version that the application gives.",
		"\n  Path              : C:\\Program Files\\{product}\\\n  Installed version : {version}\n" +
			"  Fixed version     : {fixed}\n",
	},
	{
		"Web Servers", 11, "remote", anywhere, web,
		[]int{2, 3, 4},
		"{product} < {fixed} Request Smuggling", "The remote web server is affected by a request smuggling flaw.",
		"Upgrade to {product} version {fixed} or later.",
		"According to its banner, {product} on the remote host is prior to {fixed}. A request with two lengths " +
			"reaches the wrong handler. ({cve})",
		"\n  URL               : https://{host}:{port}/?a=1&b=2\n  Installed version : {version}\n" +
			"  Fixed version     : {fixed}\n",
	},
	{
		"Ubuntu Local Security Checks", 14, "local", debian, wholeHost,
		[]int{3, 2, 4, 1},
		"Ubuntu 22.04 / 24.04 : {product} vulnerability (USN-{id})", "The remote Ubuntu host is missing a security update.",
		"Update the affected packages.",
		"The remote Ubuntu host has a package of {product} that is affected by a flaw as the advisory USN-{id} says. ({cve})",
		"\n  - Installed package : {product}_{version}\n    Fixed package     : {product}_{fixed}\n\n",
	},
	{
		"Service detection", 24, "remote", anywhere, web,
		[]int{0},
		"{product} Service Detection", "A service answers on the remote port.", "n/a",
		"Nessus could tell by its answer that the service is {product}.",
		"A web server with the title \"Welcome to <{product}>\" is running on port {port}.\n",
	},
	{
		"Red Hat Local Security Checks", 1, "local", redHat, wholeHost,
		[]int{3, 2, 4},
		"RHEL 9 : {product} (RHSA-{id})", "The remote Red Hat host is missing a security update for {product}.",
		"Update the affected packages.",
		"The remote Red Hat host has packages that are affected by a flaw in {product}. ({cve})",
		"\nRemote package installed : {product}-{version}.el9\nShould be                : {product}-{fixed}.el9\n\n",
	},
	{
		"Windows : Microsoft Bulletins", 10, "local", windows, shares,
		[]int{3, 4, 2},
		"Security Updates for {product} (KB{id})", "An application on the remote Windows host is missing a security update.",
		"The vendor has released KB{id}.",
		"{product} on the remote Windows host is missing security update KB{id}. An attacker could bypass a check & " +
			"run commands. ({cve})",
		"\n\n  Product : {product}\n  KB : {id}\n  - C:\\Windows\\System32\\{id}.dll has not been patched.\n" +
			"    Remote version : {version}\n    Should be      : {fixed}\n\n",
	},
	{
		"Misc.", 23, "remote", anywhere, secure,
		[]int{1, 2},
		"{product} Weak Algorithms Enabled", "The remote SSH server allows weak algorithms.",
		"Take the weak algorithms out of the configuration.",
		"The remote SSH server, {product}, is configured to allow algorithms that are weak.",
		"\nThe following algorithms are supported :\n\n  example-cbc\n  example-md5\n",
	},
	{
		"CGI abuses", 6, "remote", anywhere, web,
		[]int{2, 3, 4},
		"{product} Injection", "The remote web server holds an application that is affected by an injection flaw.",
		"Apply the fix {fixed} of the vendor.",
		"The {product} application on the remote web server does not check what it is given. ({cve})",
		"\nNessus saw the flaw with the following request :\n\n  GET /index?name=<b>x</b>&id={id} HTTP/1.1\n" +
			"  Host: {host}:{port}\n",
	},
	{
		"Databases", 31, "remote", anywhere, database,
		[]int{3, 2, 1},
		"{product} Default Credentials", "The remote database takes credentials that everybody knows.",
		"Set passwords of your own.",
		"The {product} service on the remote host accepts the user name and the password that it was shipped with.",
		"\n  User     : example\n  Version  : {version}\n",
	},
	{
		"SNMP", 45, "remote", anywhere, network,
		[]int{0, 1},
		"{product} SNMP Request", "The remote host tells about itself by SNMP.", "Turn SNMP off where nobody needs it.",
		"Nessus could read the description of the system over SNMP, port {port}.",
		"",
	},
	{
		"General", 30, "remote", anywhere, pings,
		[]int{0, 1},
		"ICMP Answer of {product}", "The remote host answers to ICMP.", "Filter such requests.",
		"The remote host gives away its clock in answers to ICMP requests.",
		"The remote clock is off by 3 seconds.\n",
	},
}
