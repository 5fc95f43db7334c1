package dev.streaminglab.connect;

import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;

/** The worker's metric of records that failed. */
final class Failures implements DynamicMBean {
    volatile double count;

    @Override
    public Object getAttribute(String name) {
        return name.equals("total-record-failures") ? count : null;
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        return new AttributeList();
    }

    @Override
    public void setAttribute(Attribute attribute) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Object invoke(String action, Object[] params, String[] signature) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] attributes = {new MBeanAttributeInfo(
            "total-record-failures", "double", "records that failed", true, false, false)};
        return new MBeanInfo(getClass().getName(), "metrics", attributes, null, null, null);
    }
}
