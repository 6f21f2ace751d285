# Every target is one or two ordinary commands; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test fast growth properties lifecycle passes readers lists rehearsal mutants faults pit pictures lab lambda native cli cli-native deb lint deploy docs flips seals month

MVN := mvn -B -ntp
SCRIPTS := infra/deploy infra/enrol infra/restore infra/ssm/*.sh src/bench/run src/bench/cold-start src/bench/memory-sizes src/cli/native src/cli/latchkey.sh src/test/lint/run .ci/run

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## start everything on this machine
	mvn -q -DskipTests package quarkus:run

test: ## run the whole suite over a socket
	$(MVN) verify

fast: ## run what gives a verdict in minutes
	$(MVN) -q test -Pfast

growth: ## print what calls cost with 10, 100, 1,000 and 10,000 of each thing
	$(MVN) -q test -Dtest=GrowthTest -Dtest.growth=10,100,1000,10000 | grep '^|'

month: ## bill a simulated month of 100,000 calls, and recompute it
	$(MVN) -q test -Dtest=SimulatedMonthTest -Dtest.month=100000 | grep 'all bills agree'

properties: ## judge 50,000 public keys and 300 configurations of sshd, by ours and by OpenSSH
	$(MVN) -q test -Dtest=PublicKeyProperties -Dtest.keys=50000
	cd infra/agent && LATCHKEY_CONFIGURATIONS=300 python3 -m unittest tests.test_admission

flips: ## change every byte of an export of 10,000 audit entries, and see each change found and placed
	cd infra/tests && AUDIT_FLIPS=all python3 -m unittest test_audit_verify

seals: ## let the server seal 10,000 audit entries, verify them, and find one that is changed
	$(MVN) -q test -Dtest='AuditVerifyTest#manyEntries*' -Dtest.entries=10000 | grep ' sealed and verified '

lifecycle: ## take 50 random sequences of grants, revokes, crashes, lost and late replies and restores
	$(MVN) -q test -Dtest=GrantLifecycleTest -Dtest.sequences=50

passes: ## let the reconciler meet 1,000 servers that are due, of which 200 are dead
	$(MVN) -q test -Dtest='PassTest#allThatIsDueIsOrderedWhateverIsDead' -Dtest.servers=1000

readers: ## let a narrow token check a server without a pause while another one revokes
	$(MVN) -q -DskipTests package
	src/bench/readers

lists: ## let a narrow token ask for all that lists allow while another one revokes
	$(MVN) -q -DskipTests package
	src/bench/lists

rehearsal: ## restore a stack's table by infra/restore and AWS' command line; REHEARSAL=whole with a failure at each request
	$(MVN) -q test -Dtest=RestoreRehearsalTest -Dtest.rehearsal=$(or $(REHEARSAL),walk)

mutants: ## break each claim of SECURITY.md and see its test fail: make mutants NAME=token-has-67-bits
	src/test/mutants/run $(NAME)

faults: ## plant 23 faults in the SAM template and see which tools find which
	test -d src/test/lint/node_modules || (cd src/test/lint && npm ci --ignore-scripts --no-audit --no-fund)
	node src/test/lint/faults.mjs --all

pit: ## change the rules in every small way and count what their tests notice
	$(MVN) -q -Ppit process-test-classes org.pitest:pitest-maven:mutationCoverage

lab: ## boot a real Debian and compare the agent's answers with what is so, as root: make lab TABLE=stay ROW=nohup
	src/test/lab/run $(if $(TABLE),--table "$(TABLE)") $(if $(ROW),--row "$(ROW)")

lambda: ## run the tests that depend on how calls come in, over Lambda's events, with the JVM package
	$(MVN) -Dlambda=http -Dtest.browser=lambda verify

native: ## build the native package and run the REST tests against it; GRAALVM_HOME, else a container
	$(MVN) -Dlambda=http -Dnative -Dbuild.folder=target/native -DskipTests package
	$(MVN) -Dlambda=http -Dtest.package=target/native/function.zip -Dtest.groups=rest '-Dtest.excluded=in-process | agent' test
	src/test/answered target/native/answered

cli: ## package the command line, on the JVM: target/cli/latchkey and target/cli/whmapi1
	$(MVN) -q -f src/cli/pom.xml package

cli-native: cli ## make it one executable, target/cli-native/latchkey; GRAALVM_HOME
	src/cli/native

deb: ## make a package of it for Debian and Ubuntu, target/cli/latchkey_VERSION_all.deb
	$(MVN) -q -f src/cli/pom.xml -Pdeb package

lint: ## lint template, OpenAPI and shell scripts
	src/test/lint/run
	shellcheck $(SCRIPTS)

deploy: ## build the native package and deploy it: make deploy STACK=latchkey HOST=whm.example.com
	@test -n "$(STACK)" || { echo "STACK= is missing: the name of the stack, such as STACK=latchkey" >&2; exit 2; }
	@test -n "$(HOST)" || { echo "HOST= is missing: the name that clients use, such as HOST=whm.example.com" >&2; exit 2; }
	$(MVN) -DskipTests -Dlambda=http -Dnative package
	infra/deploy "$(STACK)" "HostName=$(HOST)"

pictures: ## make the pictures of docs/console.md by the browser tests of the console
	$(MVN) -q verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ConsoleIT -Dpictures=docs/pictures

docs: ## write the generated files anew
	python3 infra/agent/build.py
	$(MVN) -q test -Dtest=DerivedDocumentsTest -Ddocs.write
