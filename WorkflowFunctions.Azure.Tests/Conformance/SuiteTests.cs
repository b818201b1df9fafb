using WorkflowFunctions.Tests.Conformance;

namespace WorkflowFunctions.Azure.Tests.Conformance;

/// <summary>What every engine has to pass is run with histories in memory and in Azure Storage, whatever suites there are.</summary>
public class SuiteTests
{
    public static TheoryData<Type> Hostings => [typeof(DurableHosting), typeof(StorageHosting)];

    [Theory]
    [MemberData(nameof(Hostings))]
    public void Every_suite_is_run(Type hosting)
    {
        var suites = typeof(IEngineHosting).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: true, IsGenericTypeDefinition: true, BaseType: { IsGenericType: true } parent }
                && parent.GetGenericTypeDefinition() == typeof(EngineConformance<>));
        var run = typeof(SuiteTests).Assembly.GetTypes().Select(type => type.BaseType).ToHashSet();

        Assert.NotEmpty(suites);
        Assert.All(suites, suite => Assert.Contains(suite.MakeGenericType(hosting), run));
    }
}
